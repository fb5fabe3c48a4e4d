const services = '(payments|ledger|fraud|notifications|identity|operations)';
const domain = '^lambdas/(payments/payment|ledger/(account|transfer)|fraud/(assessment|rules)|operations/(causal-order|tell-timeline|timeline|timeline-findings|timeline-steps|timeline-waiting))\\.ts$';
const ioFree = '(\\.handler|/dynamodb-[a-z-]+|/kms-[a-z-]+|/http-[a-z-]+|/sqs-[a-z-]+|/s3-[a-z-]+|/lambda-[a-z-]+)\\.ts$';

/** The layers of docs/architecture.md. Each rule says what would break without it. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'shared-knows-no-service', severity: 'error', from: { path: '^lambdas/shared/' }, to: { path: `^lambdas/(${services}|outbox)/` } },
    { name: 'outbox-knows-no-service', severity: 'error', from: { path: '^lambdas/outbox/' }, to: { path: `^lambdas/${services}/` } },
    {
      name: 'services-know-no-other-service', severity: 'error',
      from: { path: `^lambdas/${services}/` }, to: { path: `^lambdas/${services}/`, pathNot: '^lambdas/$1/' },
    },
    {
      name: 'domain-is-pure', severity: 'error', from: { path: domain },
      to: { pathNot: `^lambdas/shared/(money|events|contract|ids|canonical)|^lambdas/${services}/[a-z-]+\\.ts$|node_modules/zod` },
    },
    {
      name: 'use-cases-know-no-adapter', severity: 'error',
      from: { path: `^lambdas/${services}/`, pathNot: ioFree }, to: { path: ioFree },
    },
    {
      name: 'only-adapters-know-the-sdk', severity: 'error',
      from: { path: `^lambdas/${services}/`, pathNot: ioFree }, to: { path: 'node_modules/@aws-sdk' },
    },
    {
      name: 'infrastructure-knows-only-contracts', severity: 'error',
      from: { path: '^(lib|bin)/' }, to: { path: '^lambdas/', pathNot: '^lambdas/shared/(contract/|events/|http/problem-codes\\.ts$)' },
    },
    { name: 'product-knows-no-local-engine', severity: 'error', from: { path: '^(lambdas|lib|bin|scripts)/' }, to: { path: '^(local|test|bench)/' } },
    {
      name: 'product-ships-no-dev-dependency', severity: 'error', from: { path: '^(lambdas|lib|bin)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'cdk-nag|@types/aws-lambda' },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans', severity: 'error',
      from: { orphan: true, pathNot: '(\\.d\\.ts$|^test/|^scripts/|^bench/|^local/(start|stop|doctor)\\.ts$|\\.handler\\.ts$)' }, to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

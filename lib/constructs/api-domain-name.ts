import { EndpointAccessMode, DomainName, EndpointType, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { ApiDomain } from '../stages.ts';

/** Connections with TLS 1.3 only, and only to the host name that the request is for. */
export const onlyTls13 = { securityPolicy: SecurityPolicy.TLS13_1_3_2025_09, endpointAccessMode: EndpointAccessMode.STRICT };

interface ApiDomainNameProps {
  readonly domain: ApiDomain;
  readonly api: RestApi;
}

/** The API's own host name, mapped at its root. The DNS record is the owner's to make. */
export class ApiDomainName extends Construct {
  readonly name: DomainName;

  constructor(scope: Construct, id: string, { domain, api }: ApiDomainNameProps) {
    super(scope, id);
    this.name = new DomainName(this, 'Resource', {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      endpointType: EndpointType.REGIONAL,
      ...onlyTls13,
      mapping: api,
    });
  }
}

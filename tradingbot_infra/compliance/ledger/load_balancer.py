"""Exceptions of the load balancer's listeners."""

from tradingbot_infra.compliance.exception import ComplianceException, given, unset
from tradingbot_infra.compliance.ledger.acceptance import NEXT_REVIEW, OWNER, YEARLY_REVIEW

ENTRIES = (
    ComplianceException(
        id="plain-http",
        rules=(
            "alb.https",
            "alb.http_redirect",
            "PCI.DSS.321-ALBHttpToHttpsRedirection",
            "PCI.DSS.321-ELBv2ACMCertificateRequired",
            "NIST.800.53.R5-ALBHttpToHttpsRedirection",
            "NIST.800.53.R5-ELBv2ACMCertificateRequired",
        ),
        paths=("ServiceStack/LoadBalancer/PublicListener/Resource",),
        when=(unset("certificate_arn"),),
        mechanism="No certificate is set, so the load balancer serves plain HTTP on port 80; the design document makes HTTPS optional",
        consequence="Anybody between a client and the load balancer can read and change the traffic, tokens included",
        compensation="Nothing compensates for it; an ACM certificate in certificate_arn ends this exception",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
    ComplianceException(
        id="redirecting-listener",
        rules=("PCI.DSS.321-ELBv2ACMCertificateRequired", "NIST.800.53.R5-ELBv2ACMCertificateRequired"),
        paths=("ServiceStack/LoadBalancer/PublicListener/Resource",),
        when=(given("certificate_arn"),),
        mechanism="The public rule wants a certificate on every listener and does not recognize a redirect",
        consequence="None: the listener on port 80 redirects every request to HTTPS and forwards nothing",
        compensation="alb.http_redirect checks the redirect, alb.https the certificate",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)

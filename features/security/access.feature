Feature: Protect backups and their credentials

  @NFR-SEC-001.2 @OEB-SEC-002
  Scenario: S3 over plain HTTP is refused
    When an S3 request is sent over plain HTTP
    Then the S3 service refuses it

  @NFR-SEC-001.3 @OEB-SEC-001
  Scenario: A service account of another namespace cannot read the S3 credentials
    When a service account of the scenario's namespace asks for the S3 credentials of Velero
    Then the API server refuses it as forbidden

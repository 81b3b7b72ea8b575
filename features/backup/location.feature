@REQ-a7f3d9c2-002
Feature: Reach the storage of backups

  @TASK-004-01
  Scenario: Velero runs in its namespace
    When Velero is asked for its state
    Then its server is ready in the namespace "velero"

  @FND-BKP-015
  Scenario: Velero has a ready node agent on each node
    When Velero is asked for its state
    Then its server is ready in the namespace "velero"
    And a ready node agent runs on each node

  @TASK-004-03
  Scenario: The default backup storage location is available
    When the backup storage locations are validated
    Then the default location becomes available

  @TASK-003-03
  Scenario: The backup storage location is reached over TLS
    When the backup storage locations are validated
    Then the default location names an endpoint with the scheme "https"

  @OEB-BKP-002
  Scenario: A location with wrong credentials is reported as unavailable
    When a backup storage location with a wrong secret key is created
    Then the location becomes unavailable, because its credentials are refused

@REQ-a7f3d9c2-002
Feature: Back up a namespace

  @AC-002-01 @NFR-PERF-001.2
  Scenario: A backup reaches S3 with every volume within its budget
    Given a running pod with a volume that holds known data
    When its namespace is backed up
    Then the backup is complete in S3
    And every volume of the namespace is in the backup
    And the backup stays within its budget

  @TASK-003-04
  Scenario: A backup is written to the bucket of the platform
    Given a namespace with a config map
    When its namespace is backed up
    Then the objects of the backup are in the bucket "openebs-backups"

  @FND-BKP-001 @FND-BKP-002
  Scenario: A backup that was asked for by name is listed as complete
    Given a namespace with a config map
    When its namespace is backed up
    Then the list of backups shows it as completed

  @OEB-BKP-001
  Scenario: A backup that names no location goes to the default one
    Given a namespace with a config map
    When its namespace is backed up
    Then the backup is in the default location

  @FND-BKP-010
  Scenario: A backup of one namespace holds objects of no other
    Given a namespace with a config map
    And a second namespace with a config map
    When its namespace is backed up
    Then the backup holds the config map of the first namespace
    And the backup holds no object of the second namespace

  @FND-BKP-011
  Scenario: A backup that excludes a namespace holds none of its objects
    Given a namespace with a config map
    And a second namespace with a config map
    When what carries the scenario's label is backed up but for the second namespace
    Then the backup holds the config map of the first namespace
    And the backup holds no object of the second namespace

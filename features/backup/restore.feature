@REQ-a7f3d9c2-002
Feature: Restore a namespace

  @AC-002-03 @TASK-005-04 @NFR-PERF-001.3
  Scenario: A destroyed namespace comes back with the same files within its budget
    Given a running pod with a volume that holds known data
    And a completed backup of the namespace
    And the namespace has been poisoned and destroyed with its volumes
    When the namespace is restored from the backup
    Then its volume holds the same data as at the backup
    And the restore stays within its budget

  @TASK-010-09.1
  Scenario: A backup comes back in another namespace
    Given a running pod with a volume that holds known data
    And a completed backup of the namespace
    When the backup is restored into another namespace
    Then the volume there holds the same data as at the backup

  @TASK-010-09.2
  Scenario: A restore into another namespace leaves the original as it is
    Given a running pod with a volume that holds known data
    And a completed backup of the namespace
    When the backup is restored into another namespace
    Then the volume of the original namespace holds the same data

  @FND-BKP-003
  Scenario: The objects of a deleted namespace come back
    Given a namespace with a config map
    And a completed backup of the namespace
    And the namespace has been deleted
    When the namespace is restored from the backup
    Then the config map is back with the same content

@REQ-a7f3d9c2-006
Feature: Collect the logs of the storage stack

  @TASK-006-02 @NFR-OPER-001.2 @needs-loki
  Scenario: The lines of Velero about a backup are in Loki
    Given a namespace with a config map
    When its namespace is backed up
    Then the backup is complete in S3
    And Loki returns each line of Velero that names the backup

  @OEB-LOG-001
  Scenario: Velero writes its log as structured records
    Given a namespace with a config map
    When its namespace is backed up
    Then the backup is complete in S3
    And each line of Velero about the backup has the fields time, level and msg

  @MAC-LOG-001 @needs-loki
  Scenario: The lines of the provisioner about a volume are in Loki
    When a pod that mounts a new claim of the default storage class is created
    Then the pod becomes ready with the volume mounted
    And Loki returns each line of the provisioner that names the volume

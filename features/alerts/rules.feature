Feature: Fire alerts on what is wrong

  @FND-ALR-001 @TAL-ALR-004 @needs-prometheus @serial @slow
  Scenario: A component that is down is named by an alert
    Given the components run at the settings of the documents
    When kube-state-metrics is stopped
    Then Prometheus sees its target down within two scrapes
    And Prometheus fires the alert "TargetDown" that names it

  @TASK-006-03 @NFR-OPER-001.3 @needs-alertmanager
  Scenario: A backup that fails is named by an active alert
    When a backup to a location that does not exist is asked for
    Then Alertmanager holds an active alert "VeleroBackupFailed" that names it

  @TASK-006-03 @NFR-OPER-001.3 @needs-alertmanager
  Scenario: A restore that fails is named by an active alert
    When a restore from a backup that does not exist is asked for
    Then Alertmanager holds an active alert "VeleroRestoreFailed" that names it

  @OEB-ALR-001 @needs-prometheus
  Scenario: A claim that cannot be provisioned is named by an alert
    When a pod that mounts a new claim of the storage class "openebs-localpv-missing" is created
    Then the claim stays unbound
    And Prometheus fires the alert "PvcPending" that names the claim

  @OEB-ALR-002 @needs-prometheus
  Scenario: An S3 service that cannot be reached is named by an alert
    When a backup storage location whose S3 service cannot be reached is created
    Then Prometheus fires the alert "S3Unreachable" that names it

Feature: Return samples that follow what they are about

  @FND-MET-008 @needs-prometheus
  Scenario: The phase of a claim that waits is returned
    When a claim of the default storage class is created without a pod
    Then Prometheus returns the claim's phase as Pending

  @FND-MET-008 @needs-prometheus
  Scenario: The phase of a claim that is bound is returned
    When a pod that mounts a new claim of the default storage class is created
    Then the claim is bound to a new volume
    And Prometheus returns the claim's phase as Bound

  @FND-MET-008 @needs-prometheus
  Scenario: A completed backup is counted
    Given a namespace with a config map
    And the number of successful backups that Prometheus returns
    When its namespace is backed up
    Then the backup is complete in S3
    And that number has grown

  @MAC-MET-004 @needs-prometheus
  Scenario: A query returns the samples that match it
    When the namespaces of the cluster are asked for by a query
    Then the samples name each namespace of the stack and no other than those of the cluster

Feature: Provision volumes while the provisioner's pods fail

  @AC-001-02 @serial
  Scenario: A claim that is created after the provisioner was killed is bound
    When the pods of the provisioner are killed
    And a pod that mounts a new claim of the default storage class is created
    Then the claim is bound to a new volume
    And the pod becomes ready with the volume mounted
    And other pods of the provisioner are ready in their place

  @TASK-010-08 @serial
  Scenario: A claim that waits for its volume is bound though the provisioner is killed
    When a pod that mounts a new claim of the default storage class is created
    And the pods of the provisioner are killed while the claim waits for its volume
    Then the claim is bound to a new volume
    And the pod becomes ready with the volume mounted
    And other pods of the provisioner are ready in their place

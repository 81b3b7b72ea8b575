Feature: Provision volumes while the provisioner's pods fail

  @AC-001-02 @serial
  Scenario: A claim that is created after the provisioner was killed is bound
    When the pods of the provisioner are killed
    And a pod that mounts a new claim of the default storage class is created
    Then the claim is bound to a new volume
    And the pod becomes ready with the volume mounted
    And other pods of the provisioner are ready in their place

  @AC-001-03 @serial @needs-three-nodes @needs-node-failure
  Scenario: Claims are bound on the remaining nodes while a node is down
    When a worker that runs no pod of the provisioner fails
    And ten pods that each mount a new claim of the default storage class are created
    Then each claim is bound to a new volume
    And none of these volumes is on the failed worker, which is still down
    And the failed worker is ready once it goes on

  @TASK-010-08 @serial
  Scenario: A claim that waits for its volume is bound though the provisioner is killed
    When a pod that mounts a new claim of the default storage class is created
    And the pods of the provisioner are killed while the claim waits for its volume
    Then the claim is bound to a new volume
    And the pod becomes ready with the volume mounted
    And other pods of the provisioner are ready in their place

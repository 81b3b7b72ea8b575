Feature: Collect each line that a pod writes

  @FND-LOG-001 @TAL-LOG-002 @GPL-LOG-002 @GPL-LOG-011 @needs-loki
  Scenario: Loki returns each line of a pod once and no line of another
    Given another pod that writes lines of its own
    When a pod writes 200 numbered lines
    Then Loki returns exactly the lines that were written
    And a query of the other pod returns its own lines alone

  @TAL-LOG-007 @needs-loki
  Scenario: Lines carry the labels of the label schema
    When a pod writes 20 numbered lines
    Then each line carries the labels namespace, pod, container, app, node and stream

  @GPL-LOG-001 @needs-loki
  Scenario: The containers of a pod that starts are collected
    When a pod whose two containers write 50 numbered lines each starts
    Then Loki returns exactly the lines of each container

  @FND-LOG-001 @needs-loki
  Scenario: Lines of JSON keep their fields
    When a pod writes 60 lines of JSON
    Then Loki returns exactly the lines that were written
    And a query by a field of the lines returns exactly those that have its value

  @FND-LOG-001 @needs-loki
  Scenario: Events of several lines keep each of them
    When a pod writes 40 events of three lines each
    Then Loki returns exactly the lines that were written

  @FND-LOG-001 @needs-loki
  Scenario: Very long lines come back whole
    When a pod writes 20 lines of 48 KiB each
    Then Loki returns exactly the lines that were written

  @FND-LOG-001 @needs-loki
  Scenario: Lines of a pod that was deleted can still be queried
    Given a pod with 100 numbered lines that Loki holds
    When the writing pod is deleted
    Then Loki still returns exactly the lines that were written

  @FND-LOG-001 @needs-loki @serial
  Scenario: No line is lost when Loki is killed
    When Loki is killed while a pod writes 2000 numbered lines
    Then Loki returns exactly the lines that were written

  @FND-LOG-001 @needs-loki @serial @slow
  Scenario: A burst of fifty thousand lines is kept in full
    When ten pods write 5000 lines each as fast as they can
    Then Loki returns exactly the lines of each pod

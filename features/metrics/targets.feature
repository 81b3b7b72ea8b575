Feature: Scrape what the stack is made of

  @GPL-MET-004 @needs-prometheus
  Scenario: The targets of Kubernetes and Velero are up
    When the targets of Prometheus are asked for
    Then every target of Kubernetes and Velero is up

  @MAC-MET-010 @needs-prometheus
  Scenario: The targets of the infrastructure are up
    When the targets of Prometheus are asked for
    Then every target of the infrastructure is up

  @MAC-MET-007 @needs-prometheus
  Scenario: Prometheus scrapes its own metrics
    When the targets of Prometheus are asked for
    Then a target of the job "prometheus" at "localhost:9090" is up

  @TAL-MET-003 @needs-prometheus
  Scenario: Each target is scraped as often as the budget says
    When the targets of Prometheus are asked for
    Then the time between two scrapes of each target is within its budget

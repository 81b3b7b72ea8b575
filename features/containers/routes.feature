Feature: Reach each service by its host name and at its forwarded port

  @MAC-ING-001 @needs-containers
  Scenario: The host of Prometheus leads to Prometheus
    When a client requests "http://prometheus.macula.local/metrics"
    Then the answer is that of the service "prometheus"
    And Nginx passed the request to "172.23.0.20:9090"

  @MAC-ING-003 @needs-containers
  Scenario: The host of Loki leads to Loki
    When a client requests "http://loki.macula.local/metrics"
    Then the answer is that of the service "loki"
    And Nginx passed the request to "172.23.0.22:3100"

  @MAC-ING-002 @needs-containers @needs-image-pull
  Scenario: The host of Grafana leads to Grafana
    When a client requests "http://grafana.macula.local/metrics"
    Then the answer is that of the service "grafana"
    And Nginx passed the request to "172.23.0.21:3000"

  @MAC-ING-004 @needs-containers @needs-image-pull
  Scenario: The host of Tempo leads to Tempo
    When a client requests "http://tempo.macula.local/metrics"
    Then the answer is that of the service "tempo"
    And Nginx passed the request to "172.23.0.23:3200"

  @MAC-ING-005 @needs-containers @needs-image-pull
  Scenario: The host of Excalidraw leads to Excalidraw
    When a client requests "http://draw.macula.local/"
    Then Nginx passed the request to "172.23.0.24:80"
    And the answer has the status 200

  @MAC-ING-003 @negative @needs-containers @serial
  Scenario: The host of a stopped Loki answers with a gateway error
    Given the service "loki" is stopped
    When a client requests "http://loki.macula.local/ready"
    Then the answer is a gateway error
    And Nginx passed the request to "172.23.0.22:3100"

  @MAC-ING-001 @MAC-ING-003 @negative @needs-containers
  Scenario: A host that no service has leads to none
    When a client requests "http://nobody.macula.local/ready"
    Then the answer has the status 404
    And Nginx passed the request to no service

  @MAC-ING-009 @needs-containers
  Scenario: The forwarded port of Prometheus leads to Prometheus
    When a client connects to "127.0.0.3:9090"
    Then the answer is that of the service "prometheus"

  @MAC-ING-011 @needs-containers
  Scenario: The forwarded port of Loki leads to Loki
    When a client connects to "127.0.0.5:3100"
    Then the answer is that of the service "loki"

  @MAC-ING-010 @needs-containers @needs-image-pull
  Scenario: The forwarded port of Grafana leads to Grafana
    When a client connects to "127.0.0.4:3000"
    Then the answer is that of the service "grafana"

  @MAC-ING-012 @needs-containers @needs-image-pull
  Scenario: The forwarded port of Tempo leads to Tempo
    When a client connects to "127.0.0.6:3200"
    Then the answer is that of the service "tempo"

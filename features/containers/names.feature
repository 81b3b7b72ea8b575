Feature: Resolve the names of the services

  @MAC-DNS-001 @needs-containers
  Scenario: The name of Prometheus has its loopback address
    When a client asks dnsmasq for "prometheus.macula.local"
    Then dnsmasq answers "127.0.0.3"

  @MAC-DNS-002 @needs-containers
  Scenario: The name of Grafana has its loopback address
    When a client asks dnsmasq for "grafana.macula.local"
    Then dnsmasq answers "127.0.0.4"

  @MAC-DNS-003 @needs-containers
  Scenario: The name of Loki has its loopback address
    When a client asks dnsmasq for "loki.macula.local"
    Then dnsmasq answers "127.0.0.5"

  @MAC-DNS-004 @needs-containers
  Scenario: The name of Tempo has its loopback address
    When a client asks dnsmasq for "tempo.macula.local"
    Then dnsmasq answers "127.0.0.6"

  @MAC-DNS-005 @needs-containers
  Scenario: The name of Excalidraw has its loopback address
    When a client asks dnsmasq for "draw.macula.local"
    Then dnsmasq answers "127.0.0.7"

  @MAC-DNS-001 @negative @needs-containers
  Scenario: A name that no service has has no address
    When a client asks dnsmasq for "nobody.macula.local"
    Then dnsmasq answers that there is no such name

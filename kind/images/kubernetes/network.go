package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/vishvananda/netlink"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

const (
	// networkFile is what containerd reads; it appears complete or not at all.
	networkFile = "/etc/cni/net.d/10-node-network.conflist"
	// routeProtocol marks our routes among the node's.
	routeProtocol = 99
)

// newNetworkCommand makes the command that keeps a node's pod network: the
// bridge of its own pods, and a route to the pods of every other node.
func newNetworkCommand() *cobra.Command {
	return &cobra.Command{
		Use:          "node-network",
		Short:        "Keeps the pod network of one node",
		SilenceUsage: true,
		RunE: func(command *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(command.Context(), syscall.SIGTERM, os.Interrupt)
			defer stop()
			return keepNetwork(ctx, os.Getenv("NODE_NAME"))
		},
	}
}

// keepNetwork follows the cluster's nodes until its context ends.
func keepNetwork(ctx context.Context, self string) error {
	if self == "" {
		return fmt.Errorf("NODE_NAME: expected the name of this node, found nothing")
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		return fmt.Errorf("cluster configuration: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("cluster client: %w", err)
	}
	factory := informers.NewSharedInformerFactory(client, 5*time.Minute)
	failed := make(chan error, 1)
	report := func(err error) {
		if err != nil {
			select {
			case failed <- err:
			default:
			}
		}
	}
	own := &ownNode{name: self}
	handler := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { report(own.applyNode(object)) },
		UpdateFunc: func(_, object any) { report(own.applyNode(object)) },
		DeleteFunc: func(object any) { report(own.removeNode(object)) },
	}
	if _, err := factory.Core().V1().Nodes().Informer().AddEventHandler(handler); err != nil {
		return fmt.Errorf("watch of nodes: %w", err)
	}
	factory.Start(ctx.Done())
	select {
	case err := <-failed:
		// The pod is started again, and with it everything is applied afresh.
		return err
	case <-ctx.Done():
		return nil
	}
}

// ownNode is the node that this runs on. A node's events come one by one.
type ownNode struct {
	name string
	// pods is the range that was applied; empty before.
	pods string
}

// applyNode writes this node's network once, or the route to another's pods.
func (own *ownNode) applyNode(object any) error {
	node, ok := object.(*corev1.Node)
	if !ok || node.Spec.PodCIDR == "" {
		return nil
	}
	if node.Name == own.name {
		if node.Spec.PodCIDR == own.pods {
			return nil
		}
		if err := applySelf(node.Spec.PodCIDR); err != nil {
			return err
		}
		own.pods = node.Spec.PodCIDR
		return nil
	}
	route, err := routeTo(node)
	if route == nil || err != nil {
		return err
	}
	if err := netlink.RouteReplace(route); err != nil {
		return fmt.Errorf("route to the pods of %q: %w", node.Name, err)
	}
	return nil
}

// removeNode removes the route to the pods of a node that has left.
func (own *ownNode) removeNode(object any) error {
	if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = gone.Obj
	}
	node, ok := object.(*corev1.Node)
	if !ok || node.Name == own.name {
		return nil
	}
	if route, err := routeTo(node); route != nil && err == nil {
		// A route that is gone already is as wanted.
		_ = netlink.RouteDel(route)
	}
	return nil
}

// routeTo is the route to a node's pods; nil while its addresses are unknown.
func routeTo(node *corev1.Node) (*netlink.Route, error) {
	if node.Spec.PodCIDR == "" {
		return nil, nil
	}
	_, pods, err := net.ParseCIDR(node.Spec.PodCIDR)
	if err != nil {
		return nil, fmt.Errorf("pod range of %q: %w", node.Name, err)
	}
	for _, address := range node.Status.Addresses {
		gateway := net.ParseIP(address.Address)
		if address.Type == corev1.NodeInternalIP && gateway.To4() != nil {
			return &netlink.Route{Dst: pods, Gw: gateway, Protocol: routeProtocol}, nil
		}
	}
	return nil, nil
}

// applySelf writes the network of this node's pods and masks their addresses
// towards everything that is not a pod.
func applySelf(pods string) error {
	if err := masquerade(pods); err != nil {
		return err
	}
	text, err := json.MarshalIndent(networkList(pods), "", "  ")
	if err != nil {
		return fmt.Errorf("network of %s: %w", pods, err)
	}
	partial := filepath.Join(filepath.Dir(networkFile), ".node-network.partial")
	if err := os.WriteFile(partial, text, 0o644); err != nil {
		return fmt.Errorf("network of %s: %w", pods, err)
	}
	return os.Rename(partial, networkFile)
}

// networkList is the configuration in the CNI project's format.
func networkList(pods string) map[string]any {
	return map[string]any{
		"cniVersion": "0.4.0",
		"name":       "node-network",
		"plugins": []map[string]any{
			{
				"type":        "bridge",
				"bridge":      "pods0",
				"isGateway":   true,
				"hairpinMode": true,
				"ipam": map[string]any{
					"type":   "host-local",
					"ranges": [][]map[string]any{{{"subnet": pods}}},
					"routes": []map[string]any{{"dst": "0.0.0.0/0"}},
				},
			},
			{"type": "portmap", "capabilities": map[string]bool{"portMappings": true}},
		},
	}
}

// masquerade gives traffic of this node's pods the node's address when it
// leaves the range of all pods, whose first two octets every node shares.
func masquerade(pods string) error {
	octets := strings.SplitN(pods, ".", 3)
	if len(octets) != 3 {
		return fmt.Errorf("pod range: expected an IPv4 range, found %q", pods)
	}
	all := octets[0] + "." + octets[1] + ".0.0/16"
	rules := fmt.Sprintf(`
table ip node-network
delete table ip node-network
table ip node-network {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr %s ip daddr != %s masquerade
  }
}
`, pods, all)
	command := exec.Command("nft", "-f", "-")
	command.Stdin = strings.NewReader(rules)
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("masquerading of %s: %w: %s", pods, err, said)
	}
	return nil
}

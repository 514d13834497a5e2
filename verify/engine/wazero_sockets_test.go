package engine

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

// all is leave for everything.
var all = sockets.Policy{Listen: []string{"*"}, Connect: []string{"*"}, Resolve: true}

func needSockets(t *testing.T) {
	t.Helper()
	if !sockets.Supported {
		t.Skip("SKIPPED, NOTHING IS PROVEN: there are no sockets for guests on this system")
	}
}

// TestWasmEdgeSockets calls WasmEdge's functions on WasmEdge and on the host that
// stands in for it. wasmedge.txt is what they do on both.
func TestWasmEdgeSockets(t *testing.T) {
	test := func(t *testing.T, e Engine, network sockets.Policy) {
		var stdout strings.Builder
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		res, err := e.Run(ctx, Config{Module: fixture("wasmedge"), Network: network, Stdout: &stdout})
		must(t, err)
		if res.ExitCode != 0 || res.Trap != nil {
			t.Errorf("it ends with %+v", res)
		}
		if got, want := stdout.String(), golden("wasmedge.txt"); got != want {
			t.Errorf("%s", firstDifference(got, want))
		}
	}
	eachEngine(t, func(t *testing.T, c candidate) {
		if c.name != "wasmedge" {
			t.Skip("it has no such functions")
		}
		test(t, c.engine, sockets.Policy{})
	})
	for name, opts := range map[string]WazeroOptions{
		"embedded":                         {Host: "wasmedge"},
		"embedded with random descriptors": {Host: "wasmedge", RandomDescriptors: true},
	} {
		t.Run(name, func(t *testing.T) {
			needSockets(t)
			test(t, Wazero(opts), all)
		})
	}
}

// firstDifference is the first line that differs, in both texts.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "line " + strconv.Itoa(i+1) + "\n got " + g[i] + "\nwant " + w[i]
		}
	}
	return "one of them goes on"
}

// TestPolicy has guests that do what they may not.
func TestPolicy(t *testing.T) {
	needSockets(t)
	peer, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	defer peer.Close()
	there := peer.Addr().(*net.TCPAddr).AddrPort()
	// Numbers of errors: 2 is EACCES, 3 EADDRINUSE, 44 ENOENT, 52 ENOSYS; 80 is
	// EAI_FAIL, 84 EAI_NONAME.
	const denied, taken, none, noent = "2", "3", "52", "44"
	for name, test := range map[string]struct {
		policy sockets.Policy
		want   map[string]string
	}{
		"nothing": {sockets.Policy{}, map[string]string{
			"sock_bind": denied, "sock_bind to any port": denied, "sock_listen without an address": denied,
			"sock_connect": denied, "sock_send_to": denied, "sock_open of the file system": none,
			"sock_getaddrinfo, a name": "80",
		}},
		"listen": {sockets.Policy{Listen: []string{there.String()}}, map[string]string{
			"sock_bind": taken, "sock_bind to any port": denied, "sock_listen without an address": denied,
			"sock_connect": denied, "sock_send_to": denied,
		}},
		"listen on a port that the system chooses": {sockets.Policy{Listen: []string{"127.0.0.1:0"}}, map[string]string{
			"sock_bind": denied, "sock_bind to any port": "0", "sock_listen without an address": denied,
		}},
		"connect": {sockets.Policy{Connect: []string{there.String()}}, map[string]string{
			"sock_bind": denied, "sock_connect": "0", "sock_send_to": "0", "sock_open of the file system": none,
		}},
		"a path": {sockets.Policy{Connect: []string{"unix:/none"}}, map[string]string{
			"sock_connect": denied, "sock_open of the file system": "0", "sock_connect_v2 to a path": noent,
		}},
		"another path": {sockets.Policy{Listen: []string{"unix:/none"}}, map[string]string{
			"sock_open of the file system": "0", "sock_connect_v2 to a path": denied,
		}},
		"everything": {all, map[string]string{
			"sock_bind": taken, "sock_bind to any port": "0", "sock_listen without an address": "0",
			"sock_connect": "0", "sock_send_to": "0",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout strings.Builder
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			res, err := Wazero(WazeroOptions{Host: "wasmedge"}).Run(ctx, Config{
				Module: fixture("wasmedge"), Args: []string{"wasmedge", "try", strconv.Itoa(int(there.Port()))},
				Network: test.policy, Stdout: &stdout,
			})
			must(t, err)
			got := map[string]string{}
			for line := range strings.Lines(stdout.String()) {
				what, e, _ := strings.Cut(strings.TrimSpace(line), ": ")
				got[what] = e
			}
			for what, want := range test.want {
				if got[what] != want {
					t.Errorf("%s: %q, want %q", what, got[what], want)
				}
			}
			if !strings.HasPrefix(got["sock_getaddrinfo, localhost"], "0 [") {
				t.Errorf("localhost: %q", got["sock_getaddrinfo, localhost"])
			}
			if res.ExitCode != 0 || t.Failed() {
				t.Errorf("it ends with %+v and says\n%s", res, &stdout)
			}
		})
	}
}

// TestSocketsStop stops guests that wait in a call of the host.
func TestSocketsStop(t *testing.T) {
	needSockets(t)
	for _, how := range []string{"accept", "recv", "read", "poll"} {
		t.Run(how, func(t *testing.T) {
			stop := errors.New("told to stop")
			ctx, cancel := context.WithCancelCause(t.Context())
			stdout := new(buffer)
			var asked time.Time
			go func() {
				for !strings.HasPrefix(stdout.String(), "started\n") && ctx.Err() == nil {
					time.Sleep(time.Millisecond)
				}
				asked = time.Now()
				cancel(stop)
			}()
			watchdog := time.AfterFunc(time.Minute, func() { cancel(errors.New("it has not started")) })
			defer watchdog.Stop()
			_, err := Wazero(WazeroOptions{Host: "wasmedge", NoInterrupt: true}).Run(ctx, Config{
				Module: fixture("wasmedge"), Args: []string{"wasmedge", "forever", how}, Network: all, Stdout: stdout,
			})
			if !errors.Is(err, stop) {
				t.Fatalf("error is %v, want %v; it said %q", err, stop, stdout.String())
			}
			// Not when the grace is over.
			if late := time.Since(asked); late > grace/2 {
				t.Errorf("it took %v to stop", late)
			}
		})
	}
}

// TestNetworkRefused has engines that cannot keep a guest to a part of the network.
func TestNetworkRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, c candidate) {
		_, err := c.engine.Run(t.Context(), Config{Module: fixture("exit"), Network: sockets.Policy{Connect: []string{"*"}}})
		if err == nil {
			t.Error("it runs")
		}
	})
}

package sockets

import (
	"fmt"
	"net/netip"
	"os"
	"testing"
)

func TestRules(t *testing.T) {
	for _, test := range []struct {
		rule          string
		allow, refuse []string
	}{
		{"127.0.0.1:8080", []string{"127.0.0.1:8080", "[::ffff:127.0.0.1]:8080"}, []string{"127.0.0.1:8081", "127.0.0.2:8080", "0.0.0.0:8080", "[::1]:8080", "127.0.0.1:0"}},
		{"[::1]:8080", []string{"[::1]:8080", "[::1%lo]:8080"}, []string{"[::]:8080", "127.0.0.1:8080"}},
		{"0.0.0.0:8000-8002", []string{"0.0.0.0:8000", "10.1.2.3:8002"}, []string{"0.0.0.0:7999", "0.0.0.0:8003", "[::]:8000"}},
		{"[::]:80", []string{"[::]:80", "[2001:db8::1]:80"}, []string{"127.0.0.1:80"}},
		{":80", []string{"0.0.0.0:80", "[::1]:80"}, []string{"0.0.0.0:81"}},
		{"*:*", []string{"1.2.3.4:0", "[::1]:65535"}, nil},
		{"*", []string{"1.2.3.4:0", "[::1]:65535"}, nil},
		{"localhost:3306", []string{"127.0.0.1:3306", "[::1]:3306"}, []string{"127.0.0.2:3306"}},
		{"10.0.0.0/8:3306", []string{"10.1.2.3:3306"}, []string{"11.0.0.1:3306"}},
		{"127.0.0.1:0", []string{"127.0.0.1:0"}, []string{"127.0.0.1:1"}},
		{"unix:/run/x.sock", nil, []string{"127.0.0.1:80"}},
	} {
		rs, err := parseRules(t.Context(), []string{test.rule})
		if err != nil {
			t.Errorf("%s: %v", test.rule, err)
			continue
		}
		for want, addrs := range map[bool][]string{true: test.allow, false: test.refuse} {
			for _, a := range addrs {
				if got := rs.allow(netip.MustParseAddrPort(a)); got != want {
					t.Errorf("%s allows %s: %t", test.rule, a, got)
				}
			}
		}
	}
}

func TestRulePaths(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("/run/other.sock", dir+"/link.sock"); err != nil {
		t.Fatal(err)
	}
	rs, err := parseRules(t.Context(), []string{"*", "unix:/run/x.sock", "unix:" + dir + "/*.sock"})
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]bool{
		"/run/x.sock": true, "/run/x.sock2": false, "/run/../run/x.sock": false, "": false,
		dir + "/a.sock": true, dir + "/b/a.sock": false, dir + "/a": false, dir + "/link.sock": false,
	} {
		if rs.allowPath(p) != want {
			t.Errorf("allows %q: %t", p, !want)
		}
	}
}

func TestEveryPath(t *testing.T) {
	rs, err := parseRules(t.Context(), []string{"unix:*"})
	if err != nil || !rs.allowPath("/any/path") || rs.allow(netip.MustParseAddrPort("127.0.0.1:1")) {
		t.Errorf("%+v, %v", rs, err)
	}
}

func TestBadRules(t *testing.T) {
	for _, s := range []string{"", "80", "1.2.3.4", "::1:80", "1.2.3.4:x", "1.2.3.4:2-1", "1.2.3.4:65536", "1.2.3.4:-1", "unix:x", "unix:/a/../b", "unix:", "unix:/a/["} {
		if rs, err := parseRules(t.Context(), []string{s}); err == nil {
			t.Errorf("%q is read as %+v", s, rs)
		}
	}
}

func TestListeners(t *testing.T) {
	for s, want := range map[string]string{
		"127.0.0.1:80": "[127.0.0.1:80]", ":80": "[0.0.0.0:80]", "[::]:0": "[[::]:0]",
		"localhost:80": "[[::1]:80 127.0.0.1:80]",
		"*":            "", "127.0.0.1:80-81": "", "10.0.0.0/8:80": "", "unix:/x": "", "127.0.0.1:*": "",
	} {
		p := Policy{Listen: []string{s}}
		got, err := p.listeners(t.Context())
		if (err != nil) != (want == "") || err == nil && fmt.Sprint(got) != want {
			t.Errorf("%s: %v, %v; want %s", s, got, err, want)
		}
	}
}

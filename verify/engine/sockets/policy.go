package sockets

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path"
	"strconv"
	"strings"
)

// Policy is what a guest may do with the network. The zero value is nothing.
//
// An address is HOST:PORT or unix:/PATH. The last element of PATH may be a pattern of
// path.Match, as unix:/run/app/*.sock; a symbolic link in its place is not followed.
// unix:* is every path.
// HOST is an IP address, an IPv6 one in
// brackets; a network, as 10.0.0.0/8; "localhost", both loopback addresses; a
// name, all addresses that it has when the run starts; or nothing or "*", every
// address. The unspecified addresses 0.0.0.0 and [::] are every address of their
// family. PORT is a number, a range, as 8000-8099, or "*", every port; 0 in Listen
// is a port that the system chooses. "*" alone is every address and port of the
// network, and no path.
type Policy struct {
	// Listen are the addresses that the guest may bind sockets to. Where it
	// cannot make sockets itself, on preview 1, each has to be one address and
	// port, and a listening socket is opened for each before the start.
	Listen []string
	// Connect are the addresses that the guest may connect and send to.
	Connect []string
	// Resolve lets the guest look up host names. Numeric addresses and
	// "localhost" need no leave.
	Resolve bool
}

// Empty says whether p allows nothing.
func (p *Policy) Empty() bool { return len(p.Listen) == 0 && len(p.Connect) == 0 && !p.Resolve }

// rule is an address of a Policy.
type rule struct {
	nets      []netip.Prefix // any of them
	low, high uint16         // ports
	path      string         // of unix:, a pattern, without the rest
}

// everyPath is a rule's path that stands for all.
const everyPath = "*"

// rules are addresses that are allowed.
type rules []rule

// parseRules reads addresses; names are looked up.
func parseRules(ctx context.Context, addrs []string) (rules, error) {
	var out rules
	for _, a := range addrs {
		r, err := parseRule(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("address %q: %w", a, err)
		}
		out = append(out, r)
	}
	return out, nil
}

var everyAddress = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

func parseRule(ctx context.Context, s string) (rule, error) {
	if p, ok := strings.CutPrefix(s, "unix:"); ok {
		if p == everyPath {
			return rule{path: p}, nil
		}
		if !path.IsAbs(p) || path.Clean(p) != p {
			return rule{}, fmt.Errorf("%q is not an absolute path without detours", p)
		}
		if _, err := path.Match(path.Base(p), ""); err != nil {
			return rule{}, err
		}
		return rule{path: p}, nil
	}
	if s == "*" {
		s = "*:*"
	}
	host, port, err := splitHostPort(s)
	if err != nil {
		return rule{}, err
	}
	r := rule{}
	if r.low, r.high, err = parsePorts(port); err != nil {
		return rule{}, err
	}
	r.nets, err = parseHost(ctx, host)
	return r, err
}

// splitHostPort is net.SplitHostPort with words of ours.
func splitHostPort(s string) (host, port string, err error) {
	host, port, err = net.SplitHostPort(s)
	if err != nil {
		return "", "", fmt.Errorf("it is not HOST:PORT, with an IPv6 address in brackets")
	}
	return host, port, nil
}

func parsePorts(s string) (low, high uint16, err error) {
	if s == "*" {
		return 0, 65535, nil
	}
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	a, err1 := strconv.ParseUint(from, 10, 16)
	b, err2 := strconv.ParseUint(to, 10, 16)
	if err1 != nil || err2 != nil || a > b {
		return 0, 0, fmt.Errorf("%q is not a port from 0 to 65535, a range as 8000-8099, or *", s)
	}
	return uint16(a), uint16(b), nil
}

// parseHost are the addresses that a host stands for.
func parseHost(ctx context.Context, host string) ([]netip.Prefix, error) {
	if host == "" || host == "*" {
		return everyAddress, nil
	}
	if p, err := netip.ParsePrefix(host); err == nil {
		return []netip.Prefix{p.Masked()}, nil
	}
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap().WithZone("")
		if a.IsUnspecified() {
			return []netip.Prefix{netip.PrefixFrom(a, 0)}, nil
		}
		return []netip.Prefix{netip.PrefixFrom(a, a.BitLen())}, nil
	}
	addrs := loopbacks
	if host != "localhost" {
		var err error
		if addrs, err = net.DefaultResolver.LookupNetIP(ctx, "ip", host); err != nil {
			return nil, err
		}
	}
	var nets []netip.Prefix
	for _, a := range addrs {
		a = a.Unmap()
		nets = append(nets, netip.PrefixFrom(a, a.BitLen()))
	}
	return nets, nil
}

// loopbacks are the addresses of "localhost" (RFC 6761, 6.3).
var loopbacks = []netip.Addr{netip.IPv6Loopback(), netip.AddrFrom4([4]byte{127, 0, 0, 1})}

// allow says whether there is a rule for an address of the network.
func (rs rules) allow(a netip.AddrPort) bool {
	ip := a.Addr().Unmap().WithZone("")
	for _, r := range rs {
		if r.path != "" || a.Port() < r.low || a.Port() > r.high {
			continue
		}
		for _, n := range r.nets {
			if n.Contains(ip) {
				return true
			}
		}
	}
	return false
}

// allowPath says whether there is a rule for a socket in the file system.
func (rs rules) allowPath(p string) bool {
	for _, r := range rs {
		if r.path == everyPath {
			return true
		}
		if r.path == "" || path.Dir(r.path) != path.Dir(p) || path.Clean(p) != p {
			continue
		}
		if ok, _ := path.Match(path.Base(r.path), path.Base(p)); ok {
			st, err := os.Lstat(p)
			return err != nil || st.Mode()&os.ModeSymlink == 0
		}
	}
	return false
}

// havePaths says whether there is a rule for any socket in the file system.
func (rs rules) havePaths() bool {
	for _, r := range rs {
		if r.path != "" {
			return true
		}
	}
	return false
}

// Check says what is wrong with p; names in it are looked up.
func (p *Policy) Check(ctx context.Context) error {
	if _, err := parseRules(ctx, p.Listen); err != nil {
		return err
	}
	_, err := parseRules(ctx, p.Connect)
	return err
}

// listeners are the addresses of p.Listen to open a socket for, each.
func (p *Policy) listeners(ctx context.Context) ([]netip.AddrPort, error) {
	var out []netip.AddrPort
	for _, s := range p.Listen {
		addrs, err := listenerAddrs(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("listen on %q: %w", s, err)
		}
		out = append(out, addrs...)
	}
	return out, nil
}

func listenerAddrs(ctx context.Context, s string) ([]netip.AddrPort, error) {
	if strings.HasPrefix(s, "unix:") {
		return nil, fmt.Errorf("WASI preview 1 has no sockets of the file system")
	}
	host, port, err := splitHostPort(s)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%q is not one port: WASI preview 1 has sockets that are opened before the start", port)
	}
	if host == "" || host == "*" {
		host = "0.0.0.0"
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.AddrPort{netip.AddrPortFrom(a, uint16(n))}, nil
	}
	nets, err := parseHost(ctx, host)
	if err != nil {
		return nil, err
	}
	var out []netip.AddrPort
	for _, p := range nets {
		if !p.IsSingleIP() {
			return nil, fmt.Errorf("%q is not one address: WASI preview 1 has sockets that are opened before the start", host)
		}
		out = append(out, netip.AddrPortFrom(p.Addr(), uint16(n)))
	}
	return out, nil
}

//go:build amd64 || arm64

package sockets

import (
	"bytes"
	"context"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestAdvance(t *testing.T) {
	for _, test := range []struct {
		n    int
		want string
	}{{0, "ab|cde|"}, {1, "b|cde|"}, {2, "cde|"}, {3, "de|"}, {5, ""}} {
		bufs := [][]byte{[]byte("ab"), nil, []byte("cde"), nil}
		got := ""
		for _, b := range advance(bufs, test.n) {
			if len(b) > 0 {
				got += string(b) + "|"
			}
		}
		if got != test.want {
			t.Errorf("without %d bytes: %q, want %q", test.n, got, test.want)
		}
		if !bytes.Equal(bufs[0], []byte("ab")) || !bytes.Equal(bufs[2], []byte("cde")) {
			t.Errorf("without %d bytes: the buffers have changed: %q", test.n, bufs)
		}
	}
}

// TestPutOff has a socket that was opened before the start: it has its address at
// once, and clients only when the guest asks for them.
func TestPutOff(t *testing.T) {
	s, err := listenOn(netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	name, err := unix.Getsockname(s.fd)
	if err != nil || addrPort(name).Port() == 0 {
		t.Fatalf("its name is %v, %v", name, err)
	}
	h := testHost(t, context.Background())
	client, err := openSocket(unix.AF_INET, unix.SOCK_STREAM)
	if err != nil {
		t.Fatal(err)
	}
	defer client.close()
	if err := client.connect(h, name); err != unix.ECONNREFUSED {
		t.Errorf("connect: %v, want %v", err, unix.ECONNREFUSED)
	}
	s.nonblock = true
	if _, err := s.accept(h); err != unix.EAGAIN {
		t.Errorf("accept: %v, want %v", err, unix.EAGAIN)
	}
	if err := client.connect(h, name); err != nil {
		t.Errorf("connect: %v", err)
	}
}

// TestTimeouts has waits that end by themselves.
func TestTimeouts(t *testing.T) {
	h := testHost(t, context.Background())
	s, err := openSocket(unix.AF_INET, unix.SOCK_DGRAM)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	value := make([]byte, 16)
	value[8], value[9] = 0x50, 0xc3 // 50,000 µs
	if err := s.setOption(unix.SO_RCVTIMEO, value); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, _, err := s.recv(h, [][]byte{make([]byte, 1)}, 0); err != unix.EAGAIN {
		t.Errorf("recv: %v, want %v", err, unix.EAGAIN)
	}
	if took := time.Since(start); took < 45*time.Millisecond {
		t.Errorf("it waited %v", took)
	}
}

func testHost(t *testing.T, ctx context.Context) *Host {
	t.Helper()
	w, err := newWaker(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	return &Host{waker: w, table: newTable(false)}
}

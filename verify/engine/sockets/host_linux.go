//go:build amd64 || arm64

package sockets

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	wasi "github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"golang.org/x/sys/unix"
)

// Supported says whether this package can do anything on this machine.
const Supported = true

// Host is the host functions of one guest.
type Host struct {
	builtin map[string]api.GoModuleFunction // wazero's own
	table   *table
	waker   *waker
	host    host

	listen, connect rules
	resolve         bool

	streams   [3]int // the descriptors of standard streams that can be waited for, or -1
	listening []netip.AddrPort
}

// host is a set of functions.
type host struct {
	// more are functions besides those of preview 1; a guest may import some of
	// them with other types.
	more func(imports []api.FunctionDefinition) map[string]signature
	// makes says that guests make their sockets: none are opened before.
	makes bool
	// refused are the errors of functions that sockets do not have.
	refused func(name string) errno
	// streamsAll says that sockets of datagrams are called streams.
	streamsAll bool
}

func hostNamed(name string) (host, bool) {
	def, ok := map[string]host{
		"":         {refused: refusedByPOSIX},
		"wasmedge": {more: wasmedge, makes: true, refused: refusedByWasmEdge, streamsAll: true},
	}[name]
	return def, ok
}

// signature is a host function with its type: parameters by one letter each, as
// i for i32 and I for i64. The result is an i32.
type signature struct {
	params string
	call   function
}

// Instantiate gives the module wasi_snapshot_preview1 to r, for guest, of which
// there may be one instance. The Host has to be closed when that has ended; calls
// that wait end with ctx.
func Instantiate(ctx context.Context, r wazero.Runtime, guest wazero.CompiledModule, o Options) (_ *Host, err error) {
	def, ok := hostNamed(o.Host)
	if !ok {
		return nil, fmt.Errorf("there are no host functions %q", o.Host)
	}
	h := &Host{
		builtin: map[string]api.GoModuleFunction{}, table: newTable(o.RandomDescriptors), host: def,
		resolve: o.Policy.Resolve,
	}
	for i, f := range []*os.File{o.Stdin, o.Stdout, o.Stderr} {
		h.streams[i] = -1
		if f != nil {
			h.streams[i] = int(f.Fd())
		}
	}
	defer func() {
		if err != nil {
			h.Close()
		}
	}()
	if h.waker, err = newWaker(ctx); err != nil {
		return nil, err
	}
	// What the guest has from the start has the same numbers with wazero.
	for n := range int32(3 + o.Dirs) {
		h.table.set(n, descriptor{file: n})
	}
	if err := h.inherit(o.Stdin); err != nil {
		return nil, err
	}
	if h.listen, err = parseRules(ctx, o.Policy.Listen); err != nil {
		return nil, err
	}
	if h.connect, err = parseRules(ctx, o.Policy.Connect); err != nil {
		return nil, err
	}
	if !def.makes {
		if err := h.open(ctx, &o.Policy); err != nil {
			return nil, err
		}
	}
	own, err := wasi.NewBuilder(r).Compile(ctx)
	if err != nil {
		return nil, err
	}
	b := r.NewHostModuleBuilder(wasi.ModuleName)
	wasi.NewFunctionExporter().ExportFunctions(b)
	for name, f := range own.ExportedFunctions() {
		h.builtin[name] = f.GoFunction().(api.GoModuleFunction)
	}
	functions := maps.Clone(preview1)
	if def.more != nil {
		maps.Copy(functions, def.more(guest.ImportedFunctions()))
	}
	for name, at := range fdParams {
		functions[name] = signature{params: letters(own.ExportedFunctions()[name].ParamTypes()), call: onFiles(name, at)}
	}
	for name, f := range functions {
		b.NewFunctionBuilder().
			WithGoModuleFunction(h.export(f.call), types(f.params), []api.ValueType{api.ValueTypeI32}).
			WithName(name).Export(name)
	}
	_, err = b.Instantiate(ctx)
	return h, err
}

// inherit makes standard input the guest's socket, if it is one: servers are
// started with that they listen on, by spawn-fcgi and others.
func (h *Host) inherit(stdin *os.File) error {
	if stdin == nil {
		return nil
	}
	fd := int(stdin.Fd())
	kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil {
		return nil // it is none
	}
	own, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return err
	}
	s := &socket{fd: own, stream: kind == unix.SOCK_STREAM, shared: true}
	h.table.set(0, descriptor{sock: s})
	flags, err := unix.FcntlInt(uintptr(own), unix.F_GETFL, 0)
	s.nonblock = flags&unix.O_NONBLOCK != 0
	return err
}

var letter = map[api.ValueType]rune{api.ValueTypeI32: 'i', api.ValueTypeI64: 'I'}

func letters(ts []api.ValueType) string {
	var b strings.Builder
	for _, t := range ts {
		b.WriteRune(letter[t])
	}
	return b.String()
}

func types(params string) []api.ValueType {
	out := make([]api.ValueType, len(params))
	for i, p := range params {
		out[i] = api.ValueTypeI32
		if p == 'I' {
			out[i] = api.ValueTypeI64
		}
	}
	return out
}

// open makes the listening sockets of a guest that can make none.
func (h *Host) open(ctx context.Context, p *Policy) error {
	if len(p.Connect) > 0 || p.Resolve {
		return fmt.Errorf("a module for WASI preview 1 can neither connect nor look up names: it has no functions for that")
	}
	addrs, err := p.listeners(ctx)
	if err != nil {
		return err
	}
	for _, a := range addrs {
		s, err := listenOn(a)
		if err != nil {
			return fmt.Errorf("listen on %s: %w", a, os.NewSyscallError("socket", err))
		}
		h.table.add(descriptor{sock: s})
		bound, err := unix.Getsockname(s.fd)
		if err != nil {
			return err
		}
		h.listening = append(h.listening, addrPort(bound))
	}
	return nil
}

// Env are the variables that tell the guest which listening sockets it has: see
// ListenAddrs.
func (h *Host) Env() []string {
	if len(h.listening) == 0 {
		return nil
	}
	addrs := make([]string, len(h.listening))
	for i, a := range h.listening {
		addrs[i] = a.String()
	}
	return []string{fmt.Sprintf("LISTEN_FDS=%d", len(addrs)), ListenAddrs + "=" + strings.Join(addrs, " ")}
}

// Close closes what the guest has left open.
func (h *Host) Close() {
	for _, d := range h.table.open {
		if d.sock != nil {
			unix.Close(d.sock.fd)
		}
	}
	if h.waker != nil {
		h.waker.close()
	}
}

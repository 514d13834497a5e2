package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport/client"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

const (
	connectTimeout = 10 * time.Second // upstream may be out of reach; others are waiting to be asked
	idleTimeout    = time.Minute      // a transfer this long without a byte is dead
	maxDownload    = 1 << 30
	maxSignature   = 64 << 10
)

// httpClient gives up early on a host that does not answer, but lets a slow
// transfer go on as long as something arrives. Proxies are the environment's.
var httpClient = sync.OnceValue(func() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	dialer := &net.Dialer{Timeout: connectTimeout}
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &idleConn{conn, idleTimeout}, nil
	}
	t.TLSHandshakeTimeout = connectTimeout
	c := &http.Client{Transport: t}
	// go-git knows no way to give a client to one call.
	client.InstallProtocol("http", githttp.NewClient(c))
	client.InstallProtocol("https", githttp.NewClient(c))
	return c
})

// idleConn is a connection whose reads fail when nothing arrives for too long.
type idleConn struct {
	net.Conn
	timeout time.Duration
}

func (c *idleConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// httpGet opens a URL. The body ends in an error if less than the server
// promised, or more than limit, comes.
func httpGet(ctx context.Context, events progress.Sink, url string, limit int64) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "wlrbuild")
	// An archive must arrive as it is signed.
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := httpClient().Do(req)
	if err != nil {
		return nil, unreachable{withoutURL(err)}
	}
	switch {
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		resp.Body.Close()
		return nil, missing(resp.Status)
	case resp.StatusCode != http.StatusOK:
		resp.Body.Close()
		return nil, unreachable{errors.New(resp.Status)}
	case resp.ContentLength > limit:
		resp.Body.Close()
		return nil, fmt.Errorf("%d bytes are more than the %d allowed", resp.ContentLength, limit)
	}
	return &download{
		body:   resp.Body,
		events: events,
		name:   path.Base(req.URL.Path),
		total:  resp.ContentLength,
		limit:  limit,
	}, nil
}

// withoutURL removes the method and URL that net/http puts before an error:
// whoever shows it has named the origin.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// download is a response's body that reports how much of it is here.
type download struct {
	body   io.ReadCloser
	events progress.Sink
	name   string
	n      int64
	total  int64 // -1 if the server does not say
	limit  int64
	told   time.Time
}

func (d *download) Read(p []byte) (int, error) {
	n, err := d.body.Read(p)
	d.n += int64(n)
	switch {
	case d.n > d.limit:
		return n, fmt.Errorf("more than the %d bytes allowed", d.limit)
	case err == io.EOF:
		d.tell(d.n)
	case err != nil:
		err = unreachable{d.describe(err)}
	case time.Since(d.told) > 100*time.Millisecond && d.n < d.total:
		d.tell(d.total)
	}
	return n, err
}

func (d *download) describe(err error) error {
	if d.total >= 0 {
		return fmt.Errorf("the transfer broke off after %d of %d bytes: %w", d.n, d.total, err)
	}
	return fmt.Errorf("the transfer broke off after %d bytes: %w", d.n, err)
}

func (d *download) tell(total int64) {
	d.told = time.Now()
	d.events.Send(progress.Event{Kind: progress.Download, Step: step, Text: d.name, Bytes: d.n, Total: total})
}

func (d *download) Close() error { return d.body.Close() }

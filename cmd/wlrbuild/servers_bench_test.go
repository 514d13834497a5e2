package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkServers sends 10,000 requests over 100 connections to the development
// server, and to nginx with four php-cgi behind it, on native PHP and on each
// WasmEdge. One that is not answered as it should be is a failure, and so are a
// process that ends and a descriptor that stays:
//
//	WLR_E2E=1 WLR_SERVED=compiled go test -run '^$' -bench Servers -benchtime 1x -timeout 60m ./cmd/wlrbuild
func BenchmarkServers(b *testing.B) {
	needsE2E(b)
	for _, p := range servingPHPs(b, servingRecipe) {
		for name, start := range map[string]func(testing.TB) (*server, string){
			"development_server": func(tb testing.TB) (*server, string) {
				s := p.start(tb, "php", nil, nil, "-S", p.address(tb, "127.0.0.1"))
				return s, s.started(`\((http://.*)\) started`)
			},
			"nginx_and_4_workers": func(tb testing.TB) (*server, string) { return p.behindNginx(tb, 4) },
		} {
			b.Run(p.name+"/"+name, func(b *testing.B) {
				if p.err != nil {
					b.Skipf("NOT TESTED: %v", p.err)
				}
				s, url := start(b)
				b.Cleanup(s.stop)
				s.unharmedBy(b, func() { load(b, url, 1000) }, func() {
					for b.Loop() {
						start := time.Now()
						load(b, url, loadRequests)
						b.ReportMetric(loadRequests/time.Since(start).Seconds(), "requests/s")
					}
				})
			})
		}
	}
}

const (
	loadRequests    = 10000
	loadConnections = 100
	loadTime        = 10 * time.Minute // at the most
)

// load sends requests over loadConnections connections.
func load(b *testing.B, url string, requests int64) {
	b.Helper()
	transport := &http.Transport{MaxConnsPerHost: loadConnections, MaxIdleConnsPerHost: loadConnections}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: loadTime}
	deadline := time.Now().Add(loadTime)
	var sent, failed atomic.Int64
	var first error
	var once sync.Once
	var clients sync.WaitGroup
	for range loadConnections {
		clients.Go(func() {
			for i := sent.Add(1); i <= requests; i = sent.Add(1) {
				err := errors.New("there was no time for it")
				if time.Now().Before(deadline) {
					err = loadRequest(client, fmt.Sprintf("%s/index.php?q=%d", url, i), fmt.Sprintf("127.0.0.1 %d - 0\n", i))
				}
				if err != nil {
					failed.Add(1)
					once.Do(func() { first = err })
				}
			}
		})
	}
	clients.Wait()
	if n := failed.Load(); n > 0 {
		b.Errorf("%d of %d requests failed, the first with: %v", n, requests, first)
	}
}

func loadRequest(client *http.Client, url, want string) error {
	res, err := client.Get(url)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err == nil && (res.StatusCode != http.StatusOK || string(text) != want) {
		err = fmt.Errorf("status %d, %.100q; want %q", res.StatusCode, text, want)
	}
	return err
}

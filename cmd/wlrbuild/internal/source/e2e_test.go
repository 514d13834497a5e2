package source

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// TestE2E gets PHP from Debian with the keys that recipes use, through the
// machine's real mirrors.
func TestE2E(t *testing.T) {
	if os.Getenv("WLR_E2E") != "1" {
		t.Skip("SKIPPED: fetches PHP from the machine's Debian mirrors; set WLR_E2E=1 to run it")
	}
	store, err := cache.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	set, err := recipe.Open("")
	if err != nil {
		t.Fatal(err)
	}
	r := &Resolver{
		Store:   store,
		Recipes: set.FS,
		Events:  func(e progress.Event) { t.Logf("%s: %s", e.Kind, e.Text) },
	}
	for _, tt := range []struct{ branch, signer string }{
		{"7.4", "5A52880781F755608BF815FC910DEB46F53EA312"},
		{"8.2", "E60913E4DF209907D8E30D96659A97C9CF2A795A"},
		{"8.4", "9D7F99A0CB8F05C8A6958D6256A97AF7600A39A6"},
	} {
		t.Run(tt.branch, func(t *testing.T) {
			known, _, err := set.Find("php-" + tt.branch)
			if err != nil {
				t.Fatal(err)
			}
			rec := *known
			// Debian alone: what upstream answers depends on the day.
			rec.Source.Git, rec.Source.Tarball = nil, nil
			start := time.Now()
			rel, err := r.Resolve(context.Background(), Request{Recipe: &rec})
			if err != nil {
				t.Fatal(format(err))
			}
			t.Logf("%+v (%v)", rel, time.Since(start))
			if !strings.Contains(rel.SignedBy, tt.signer) {
				t.Errorf("signed by %q, expected %s", rel.SignedBy, tt.signer)
			}
			start = time.Now()
			again, err := r.Resolve(context.Background(), Request{Recipe: &rec, Offline: true})
			if err != nil {
				t.Fatal(format(err))
			}
			if *again != *rel {
				t.Errorf("from the cache: %+v", again)
			}
			t.Logf("from the cache: %v", time.Since(start))
		})
	}
}

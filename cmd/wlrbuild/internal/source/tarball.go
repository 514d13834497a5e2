package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// tarball is the provider of release archives over HTTP.
type tarball struct {
	*session
	src recipe.TarballSource
	// only is the one release there is behind a URL that a user gave.
	only string
}

func (t *tarball) name() string { return "release tarball (" + t.src.URL + ")" }

func (t *tarball) releases(ctx context.Context) ([]string, error) {
	if t.only != "" {
		return []string{t.only}, nil
	}
	branch := t.recipe.Branch
	if t.src.Index == "" {
		var pinned []string
		for v := range t.recipe.Source.Digests {
			if inBranch(v, branch) {
				pinned = append(pinned, v)
			}
		}
		if len(pinned) == 0 {
			return nil, missing("the recipe has neither an index of releases nor a pinned one")
		}
		return newestFirst(branch, pinned), nil
	}
	body, err := httpGet(ctx, t.events, t.src.Index, 64<<20)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.src.Index, err)
	}
	defer body.Close()
	index, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.src.Index, err)
	}
	pattern, err := regexp.Compile(t.src.Releases)
	if err != nil || pattern.NumSubexp() < 1 {
		return nil, fmt.Errorf("recipe %s: source.tarball.releases %q is not a regular expression with a group", t.recipe.Name, t.src.Releases)
	}
	wanted := regexp.MustCompile("^" + releasePattern(branch) + "$")
	var found []string
	for _, m := range pattern.FindAllSubmatch(index, -1) {
		if v := string(m[1]); wanted.MatchString(v) {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		return nil, missing(fmt.Sprintf("%s lists no release of %s", t.src.Index, branch))
	}
	return newestFirst(branch, found), nil
}

func (t *tarball) get(ctx context.Context, version string) (*record, error) {
	if t.only != "" && version != t.only {
		return nil, missing("it is release " + t.only)
	}
	url := expand(t.src.URL, version)
	pin, pinned, err := t.pin(version)
	if err != nil {
		return nil, err
	}
	var digest cache.Digest
	var path string
	var by signer
	switch {
	case pinned:
		digest = pin
		path, err = t.store.Blob(ctx, pin, func(w io.Writer) error {
			body, err := httpGet(ctx, t.events, url, maxDownload)
			if err != nil {
				return err
			}
			defer body.Close()
			_, err = io.Copy(w, body)
			return err
		})
	case t.src.Signature != "" && t.keys != nil:
		digest, path, by, err = t.signed(ctx, url, expand(t.src.Signature, version))
	default:
		err = fmt.Errorf("refused: there is nothing to check it against; pin it with its sha256 as `%q: <sha256>` below source.digests in the recipe %s, or name source.keys and source.tarball.signature", version, t.recipe.Name)
	}
	if err != nil {
		return nil, err
	}
	return t.unpack(ctx, path, digest, Release{
		Version:  version,
		Provider: "release tarball",
		Origin:   url,
		SHA256:   digest.String(),
	}, by)
}

// signed fetches an archive into the store on condition that the signature
// fits: the store sees the end of it only then.
func (t *tarball) signed(ctx context.Context, url, signatureURL string) (d cache.Digest, path string, by signer, err error) {
	signature, err := t.signature(ctx, signatureURL)
	if err != nil {
		return d, "", by, err
	}
	body, err := httpGet(ctx, t.events, url, maxDownload)
	if err != nil {
		return d, "", by, err
	}
	defer body.Close()
	checked, out := io.Pipe()
	verified := make(chan struct{})
	go func() {
		defer close(verified)
		var err error
		by, err = t.keys.verify(io.TeeReader(body, out), signature)
		out.CloseWithError(err) // nil gives EOF
	}()
	d, path, err = t.store.PutBlob(checked)
	checked.CloseWithError(err)
	<-verified
	return d, path, by, err
}

func (t *tarball) signature(ctx context.Context, url string) ([]byte, error) {
	body, err := httpGet(ctx, nil, url, maxSignature)
	if err == nil {
		defer body.Close()
		var data []byte
		if data, err = io.ReadAll(body); err == nil {
			return data, nil
		}
	}
	if m := missing(""); errors.As(err, &m) {
		return nil, fmt.Errorf("refused: there is no signature at %s (%v); the archive can be pinned below source.digests in the recipe", url, err)
	}
	return nil, fmt.Errorf("%s: %w", url, err)
}

func expand(template, version string) string {
	return strings.ReplaceAll(template, "{version}", version)
}

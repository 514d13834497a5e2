package toolchain

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"strconv"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix"
)

// download returns a function that writes what is at url.
func (f *finder) download(ctx context.Context, url string) func(w io.Writer) error {
	return func(w io.Writer) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		client := f.client
		if client == nil {
			client = http.DefaultClient
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("the server says %s", resp.Status)
		}
		_, err = io.Copy(io.MultiWriter(w, &prefix.Meter{Events: f.events, Event: progress.Event{
			Step:  "toolchain " + f.def.Name,
			Text:  path.Base(url),
			Total: max(resp.ContentLength, 0),
		}}), resp.Body)
		return err
	}
}

// unpackArchive unpacks a tar file, compressed in any way that tar knows, into
// the new folder dir, without the first strip folders of each name. tar itself
// keeps to that folder whatever the names in the archive are.
func unpackArchive(ctx context.Context, archive, dir string, strip int) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "tar", "--extract", "--file", archive, "--directory", dir,
		"--strip-components", strconv.Itoa(strip), "--no-same-owner")
	out, err := cmd.CombinedOutput()
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
	}
	return ctx.Err()
}

package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// LoadJSON reads the state file of that name into v; false means that there is
// none.
func (s *Store) LoadJSON(name string, v any) (bool, error) {
	path := s.state(name)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		return false, fmt.Errorf("read state %q (%s): %w", name, path, err)
	}
	return true, nil
}

// SaveJSON replaces the state file of that name by v in one step: a reader
// sees the old content or the new.
func (s *Store) SaveJSON(name string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("save state %q: %w", name, err)
	}
	err = WithTemp(context.Background(), s.temp(), func(tmp string) error {
		tmp = filepath.Join(tmp, "state")
		if err := writeSynced(tmp, append(data, '\n')); err != nil {
			return err
		}
		return os.Rename(tmp, s.state(name))
	})
	if err != nil {
		return fmt.Errorf("save state %q: %w", name, err)
	}
	return syncDir(filepath.Join(s.dir, stateDir))
}

// state is the file for a name, which may hold any characters.
func (s *Store) state(name string) string {
	return filepath.Join(s.dir, stateDir, url.PathEscape(name)+".json")
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

package engine

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"

	"github.com/tetratelabs/wazero"
	wsys "github.com/tetratelabs/wazero/experimental/sys"
	"github.com/tetratelabs/wazero/experimental/sysfs"
	"github.com/tetratelabs/wazero/sys"
)

// mount adds d to c; unmount has to be called when the guest is done.
func mount(c wazero.FSConfig, d Dir) (_ wazero.FSConfig, unmount func(), err error) {
	root, err := os.OpenRoot(d.Host)
	if err != nil {
		return nil, nil, err
	}
	var dir wsys.FS = &jail{FS: sysfs.DirFS(d.Host), root: root}
	if d.ReadOnly {
		dir = &readOnly{sysfs.ReadFS{FS: dir}}
	}
	return c.(sysfs.FSConfig).WithSysFSMount(dir, d.Guest), func() { root.Close() }, nil
}

// readOnly is sysfs.ReadFS without its gap: that only looks at whether a file is
// opened for writing, and O_CREAT and O_TRUNC change the host without that.
type readOnly struct{ sysfs.ReadFS }

// OpenFile implements sys.FS.
func (r *readOnly) OpenFile(path string, flag wsys.Oflag, perm fs.FileMode) (wsys.File, wsys.Errno) {
	if flag&(wsys.O_WRONLY|wsys.O_RDWR|wsys.O_CREAT|wsys.O_TRUNC) != 0 {
		return nil, wsys.EROFS
	}
	return r.ReadFS.OpenFile(path, flag, perm)
}

// jail is a directory as wazero has it, except that a symbolic link out of it
// leads nowhere. wazero follows such a link, and a guest can make it itself;
// other engines refuse, so that what works here would not work there.
//
// Every operation is allowed by asking os.Root first and then done by wazero. A
// link that somebody else on the host puts in place between the two is followed.
type jail struct {
	wsys.FS
	root *os.Root
}

// follow returns EPERM if p, with a link in its last element followed, is not in
// the directory. Whether it exists is for the operation itself to find out.
func (j *jail) follow(p string) wsys.Errno {
	if p = strings.TrimLeft(p, "/"); p == "" {
		p = "."
	}
	_, err := j.root.Stat(p)
	if err == nil {
		return 0
	}
	// os.Root has no exported error for a path that leads out; it is the one
	// that does not come from the operating system.
	if _, ok := errors.AsType[syscall.Errno](err); ok {
		return 0
	}
	return wsys.EPERM
}

// entry is follow for an operation on the last element of p itself.
func (j *jail) entry(p string) wsys.Errno {
	if strings.HasSuffix(p, "/") {
		return j.follow(p)
	}
	return j.follow(path.Dir(p))
}

// OpenFile implements sys.FS.
func (j *jail) OpenFile(path string, flag wsys.Oflag, perm fs.FileMode) (wsys.File, wsys.Errno) {
	reach := j.follow
	if flag&wsys.O_NOFOLLOW != 0 {
		reach = j.entry
	}
	if errno := reach(path); errno != 0 {
		return nil, errno
	}
	return j.FS.OpenFile(path, flag, perm)
}

// Lstat implements sys.FS.
func (j *jail) Lstat(path string) (sys.Stat_t, wsys.Errno) {
	if errno := j.entry(path); errno != 0 {
		return sys.Stat_t{}, errno
	}
	return j.FS.Lstat(path)
}

// Stat implements sys.FS.
func (j *jail) Stat(path string) (sys.Stat_t, wsys.Errno) {
	if errno := j.follow(path); errno != 0 {
		return sys.Stat_t{}, errno
	}
	return j.FS.Stat(path)
}

// Mkdir implements sys.FS.
func (j *jail) Mkdir(path string, perm fs.FileMode) wsys.Errno {
	if errno := j.entry(path); errno != 0 {
		return errno
	}
	return j.FS.Mkdir(path, perm)
}

// Chmod implements sys.FS.
func (j *jail) Chmod(path string, perm fs.FileMode) wsys.Errno {
	if errno := j.follow(path); errno != 0 {
		return errno
	}
	return j.FS.Chmod(path, perm)
}

// Rename implements sys.FS.
func (j *jail) Rename(from, to string) wsys.Errno {
	if errno := j.entry(from); errno != 0 {
		return errno
	}
	if errno := j.entry(to); errno != 0 {
		return errno
	}
	return j.FS.Rename(from, to)
}

// Rmdir implements sys.FS.
func (j *jail) Rmdir(path string) wsys.Errno {
	if errno := j.entry(path); errno != 0 {
		return errno
	}
	return j.FS.Rmdir(path)
}

// Unlink implements sys.FS.
func (j *jail) Unlink(path string) wsys.Errno {
	if errno := j.entry(path); errno != 0 {
		return errno
	}
	return j.FS.Unlink(path)
}

// Link implements sys.FS.
func (j *jail) Link(from, to string) wsys.Errno {
	if errno := j.entry(from); errno != 0 {
		return errno
	}
	if errno := j.entry(to); errno != 0 {
		return errno
	}
	return j.FS.Link(from, to)
}

// Symlink implements sys.FS. A link may say what it wants: it is when it is
// followed that it matters where it leads.
func (j *jail) Symlink(target, link string) wsys.Errno {
	if errno := j.entry(link); errno != 0 {
		return errno
	}
	return j.FS.Symlink(target, link)
}

// Readlink implements sys.FS.
func (j *jail) Readlink(path string) (string, wsys.Errno) {
	if errno := j.entry(path); errno != 0 {
		return "", errno
	}
	return j.FS.Readlink(path)
}

// Utimens implements sys.FS.
func (j *jail) Utimens(path string, atim, mtim int64) wsys.Errno {
	if errno := j.follow(path); errno != 0 {
		return errno
	}
	return j.FS.Utimens(path, atim, mtim)
}

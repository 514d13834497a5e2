package cc

import (
	"os"
	"strconv"
)

// writeFile puts data in place whole: a reader sees the old file or the new
// one. perm is subject to the umask.
func writeFile(name string, data []byte, perm os.FileMode) error {
	// The process's number is enough to be alone, and a name left by a killed
	// process of the same number is taken over.
	tmp := name + ".wlr-" + strconv.Itoa(os.Getpid())
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp, name)
	}
	if err != nil {
		os.Remove(tmp)
	}
	return err
}

// appendLine adds a line to a file that other processes append to as well: one
// write to a file opened for appending is not torn.
func appendLine(name string, line []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// replaceable reports whether a file may be put at name: /dev/null may not.
func replaceable(name string) bool {
	fi, err := os.Lstat(name)
	return err != nil || fi.Mode().IsRegular()
}

//go:build amd64 || arm64

package sockets

// fdParams are the functions that files have and sockets have not, with the
// positions of their parameters that are descriptors.
var fdParams = map[string][]int{
	"fd_advise":               {0},
	"fd_allocate":             {0},
	"fd_datasync":             {0},
	"fd_fdstat_set_rights":    {0},
	"fd_filestat_set_size":    {0},
	"fd_filestat_set_times":   {0},
	"fd_pread":                {0},
	"fd_prestat_dir_name":     {0},
	"fd_prestat_get":          {0},
	"fd_pwrite":               {0},
	"fd_readdir":              {0},
	"fd_seek":                 {0},
	"fd_sync":                 {0},
	"fd_tell":                 {0},
	"path_create_directory":   {0},
	"path_filestat_get":       {0},
	"path_filestat_set_times": {0},
	"path_link":               {0, 4},
	"path_open":               {0},
	"path_readlink":           {0},
	"path_remove_directory":   {0},
	"path_rename":             {0, 3},
	"path_symlink":            {2},
	"path_unlink_file":        {0},
}

// refusedByPOSIX is the error that POSIX has for a socket in place of a file, or
// success for what a socket has too.
func refusedByPOSIX(name string) errno {
	switch name {
	case "fd_filestat_get":
		return success
	case "fd_seek", "fd_tell", "fd_pread", "fd_pwrite", "fd_advise":
		return eSPIPE
	case "fd_allocate":
		return eNODEV
	case "fd_prestat_get", "fd_prestat_dir_name":
		return eBADF
	case "fd_fdstat_set_rights":
		return eNOTSUP
	case "fd_datasync", "fd_sync", "fd_filestat_set_size", "fd_filestat_set_times":
		return eINVAL
	}
	return eNOTDIR
}

// refusedByWasmEdge is the same in WasmEdge, which looks at rights.
func refusedByWasmEdge(name string) errno {
	if name == "fd_prestat_get" || name == "fd_prestat_dir_name" {
		return eINVAL
	}
	return eNOTCAPABLE
}

// onFiles is wazero's function with the guest's descriptors in place of its own.
func onFiles(name string, at []int) function {
	return func(c *call) errno {
		for _, i := range at {
			d, ok := c.table.open[c.i32(i)]
			if !ok {
				return eBADF
			}
			if d.sock != nil {
				return c.host.refused(name)
			}
			c.stack[i] = uint64(uint32(d.file))
		}
		if name != "path_open" {
			return c.own(name)
		}
		at := c.u32(8)
		c.bytes(at, 4) // before anything is opened
		e := c.own(name)
		if e == success {
			c.store32(at, uint32(c.table.add(descriptor{file: int32(c.load32(at))})))
		}
		return e
	}
}

// own calls wazero's function with what is on the stack.
func (c *call) own(name string) errno {
	c.builtin[name].Call(c.ctx, c.mod, c.stack)
	return errno(c.stack[0])
}

// either is wazero's function for files and ours for sockets.
func either(name string, ours func(c *call, s *socket) errno) function {
	return func(c *call) errno {
		d, ok := c.table.open[c.i32(0)]
		if !ok {
			return eBADF
		}
		if d.sock != nil {
			return ours(c, d.sock)
		}
		c.stack[0] = uint64(uint32(d.file))
		return c.own(name)
	}
}

func fdClose(c *call) errno {
	n := c.i32(0)
	d, ok := c.table.open[n]
	if !ok {
		return eBADF
	}
	c.table.remove(n)
	return c.closeDescriptor(d)
}

func (c *call) closeDescriptor(d descriptor) errno {
	if d.sock != nil {
		return d.sock.close()
	}
	c.stack[0] = uint64(uint32(d.file))
	return c.own("fd_close")
}

// fdRenumber is dup2() and close(): both numbers are open, and the second then
// stands for what the first did.
func fdRenumber(c *call) errno {
	from, to := c.i32(0), c.i32(1)
	d, ok := c.table.open[from]
	old, ok2 := c.table.open[to]
	if !ok || !ok2 {
		return eBADF
	}
	if from == to {
		return success
	}
	c.table.remove(from)
	c.table.set(to, d)
	return c.closeDescriptor(old)
}

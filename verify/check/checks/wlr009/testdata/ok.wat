;; wlrbuild lint --runtime node
(module
  (tag $error (param i32))
  (memory (export "memory") 1)
  (func (export "_start")
    try
      i32.const 1
      throw $error
    catch $error
      drop
    end))

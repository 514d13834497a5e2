;; wlrbuild lint --runtime wasmedge@0.17.1
;; note: try_table uses exception-handling, which cannot be compiled ahead of time
(module
  (tag $error)
  (memory (export "memory") 1)
  (func (export "_start")
    block $caught
      try_table (catch $error $caught)
        throw $error
      end
    end))

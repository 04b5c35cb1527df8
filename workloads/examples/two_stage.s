# Two programs: the entry counts its executions, then tail-calls the second stage, which returns the
# packet length.

.program entry
  r6 = r1
  r1 = map_value executions ll
  r2 = *(u32 *)(r1 + 0)
  r2 += 1
  *(u32 *)(r1 + 0) = r2
  r1 = r6
  r2 = map stages ll
  r3 = 0
  call 12                       # tail_call
  r0 = 1                        # the slot is empty
  exit

.program second_stage
  r0 = *(u32 *)(r1 + 0)         # skb->len
  exit

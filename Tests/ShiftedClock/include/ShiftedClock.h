// Loaded before everything else (LD_PRELOAD), it gives a process another date. The file that PANNIER_TEST_CLOCK names holds
// by how many seconds, 8 bytes of this machine's order; whoever writes to it makes the clock jump.
//
// Only the clock of dates: what measures time (CLOCK_MONOTONIC, CLOCK_BOOTTIME) and what the kernel stamps on files stay
// right. Waits until a date are translated, as they would end when the real clock says so.

/**
 * The self-test of this machine: small graphs over the kernels that models need, whose results are
 * known. Enter by {@link dev.bantam.inference.selftest.SelfTestMain}, which runs in a process of
 * its own, for a kernel that the processor does not have ends it. Threads: one.
 */
@NullMarked
package dev.bantam.inference.selftest;

import org.jspecify.annotations.NullMarked;

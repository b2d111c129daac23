/**
 * Device profiles: what a class of hardware runs, and with how many threads and how much memory.
 * Enter by {@link dev.bantam.runtime.profile.DeviceProfiles}, which chooses a profile by what
 * {@link dev.bantam.runtime.profile.HardwareProbe} reads of the machine. Threads: values are
 * immutable; reading blocks on files, so call it from a worker thread.
 */
@NullMarked
package dev.bantam.runtime.profile;

import org.jspecify.annotations.NullMarked;

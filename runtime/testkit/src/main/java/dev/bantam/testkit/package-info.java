/**
 * Fixtures for tests of Bantam and of plugins: a real mosquitto, free ports, waiting with a bound.
 * Enter by {@link dev.bantam.testkit.Mosquitto}. Threads: fixtures belong to the test's own thread.
 */
@NullMarked
package dev.bantam.testkit;

import org.jspecify.annotations.NullMarked;

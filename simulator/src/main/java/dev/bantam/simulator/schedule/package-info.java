/**
 * What a scenario does and when, all of it known from scenario and seed alone. Enter by {@link
 * dev.bantam.simulator.schedule.Schedule}. Time here is the scenario's own, in nanoseconds since
 * its start; nobody waits. Threads: a schedule and all that it is made of belong to one thread.
 */
@NullMarked
package dev.bantam.simulator.schedule;

import org.jspecify.annotations.NullMarked;

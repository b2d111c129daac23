package dev.bantam.simulator.run;

/**
 * A process of this machine whose memory a run watches.
 *
 * @param name for people, the device's
 * @param pid of the process
 */
public record WatchedProcess(String name, long pid) {}

package dev.bantam.simulator.swap;

/**
 * How far the swaps of a run are.
 *
 * @param ended however
 * @param count of all that there are to be
 */
public record SwapProgress(int ended, int count) {}

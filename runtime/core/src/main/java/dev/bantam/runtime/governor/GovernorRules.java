package dev.bantam.runtime.governor;

import java.util.OptionalInt;

/**
 * When a device takes steps, and how far each goes.
 *
 * @param policy when
 * @param maxTokens most tokens of a shorter answer
 * @param contextPercent a smaller context, in percent of the slot's
 * @param minFrequency percent of the processor's frequency below which it is short of power; empty
 *     for never
 * @param memory when memory is short
 */
public record GovernorRules(
    GovernorPolicy policy,
    int maxTokens,
    int contextPercent,
    OptionalInt minFrequency,
    MemoryLimits memory) {}

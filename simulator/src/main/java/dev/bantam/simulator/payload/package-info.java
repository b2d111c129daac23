/**
 * What a sensor's message looks like: topic, payload, and what the sensor announces of itself
 * before its first message. Enter by {@link dev.bantam.simulator.payload.PayloadForms}. Threads:
 * everything here is immutable, but for a started form, which belongs to one sensor.
 */
@NullMarked
package dev.bantam.simulator.payload;

import org.jspecify.annotations.NullMarked;

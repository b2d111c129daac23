package dev.bantam.runtime.dispatch;

import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskResult;

/**
 * A plugin's result with what the runtime knows of it.
 *
 * @param result text, usage, timings, fields
 * @param model the model that answered, with version and variant
 * @param slot the slot it stood in
 * @param queueMs from admission to the worker's start
 */
public record Answer(TaskResult result, ModelReference model, String slot, double queueMs) {}

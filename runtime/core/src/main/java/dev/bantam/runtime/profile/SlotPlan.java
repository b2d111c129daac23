package dev.bantam.runtime.profile;

import dev.bantam.runtime.dispatch.SlotLimits;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelReference;
import java.util.List;
import java.util.Optional;

/**
 * What a slot of this device shall hold: the profile's word, the site's over it, and the machine's
 * limits over both.
 *
 * @param name the slot's name
 * @param plugin name of the plugin that runs the model
 * @param model the model as it was asked for
 * @param tasks the tasks it serves; empty for all of the plugin's
 * @param limits workers, queue, timeout
 * @param context what the plugin is given to load the model
 */
public record SlotPlan(
    String name,
    String plugin,
    ModelReference model,
    Optional<List<String>> tasks,
    SlotLimits limits,
    LoadContext context) {}

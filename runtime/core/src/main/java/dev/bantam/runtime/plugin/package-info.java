/**
 * Finds plugins and keeps them apart. Enter by {@link dev.bantam.runtime.plugin.PluginRegistry}.
 *
 * <p>A plugin is on the class path, or in a plugin folder: one sub-folder for each plugin, with the
 * plugin's name, holding its jars. Each sub-folder gets a class loader of its own, which shares
 * with the runtime only the packages that {@link dev.bantam.runtime.plugin.PluginClassLoader}
 * lists, so that two plugins may bring different versions of the same library. The idea is that of
 * Trino's plugin class loader. Native libraries bind to one class loader, so ONNX Runtime and the
 * inference toolkit are among the shared packages.
 *
 * <p>Threads: loading blocks; what is loaded is immutable.
 */
@NullMarked
package dev.bantam.runtime.plugin;

import org.jspecify.annotations.NullMarked;

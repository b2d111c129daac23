/**
 * {@code bantam route}: tries routes without a broker, and looks at those of a running device.
 * Enter by {@link dev.bantam.runtime.cli.route.RouteCommand}. Threads: commands block; what MQTT
 * brings comes on Vert.x contexts.
 */
@NullMarked
package dev.bantam.runtime.cli.route;

import org.jspecify.annotations.NullMarked;

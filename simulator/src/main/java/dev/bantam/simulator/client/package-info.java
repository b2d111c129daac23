/**
 * An application's side of the protocol: asks tasks over MQTT 5 and follows the answers. Enter by
 * {@link dev.bantam.simulator.client.TaskClient}. Threads: methods may be called by any thread;
 * listeners are called on the client's Vert.x context and must not block.
 */
@NullMarked
package dev.bantam.simulator.client;

import org.jspecify.annotations.NullMarked;

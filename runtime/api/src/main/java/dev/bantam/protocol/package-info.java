/**
 * What goes over MQTT: topics and user properties. The contract follows the Azure IoT Operations
 * MQTT RPC protocol 1.0 (public specification in the repository Azure/iot-operations-sdks, {@code
 * doc/reference}). Enter by {@link dev.bantam.protocol.Topics}.
 */
@NullMarked
package dev.bantam.protocol;

import org.jspecify.annotations.NullMarked;

/**
 * Tells systemd how a device is: when it serves, that it lives, and when it stops. Enter by {@link
 * dev.bantam.runtime.cli.service.ServiceManager}. Threads: the one that starts a device begins and
 * ends it; between these, a thread of its own asks the device's event loop and tells the answer.
 */
@NullMarked
package dev.bantam.runtime.cli.service;

import org.jspecify.annotations.NullMarked;

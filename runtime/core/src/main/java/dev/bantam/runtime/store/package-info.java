/**
 * What a device keeps over a restart: answers, for requests that come again, and messages that wait
 * for the broker. Enter by {@link dev.bantam.runtime.store.DeviceStore}.
 *
 * <p><strong>Threads.</strong> One thread of its own touches the file. All methods may be called by
 * any thread but for the opening and closing, which block; futures complete on the context that the
 * store was opened for.
 */
@NullMarked
package dev.bantam.runtime.store;

import org.jspecify.annotations.NullMarked;

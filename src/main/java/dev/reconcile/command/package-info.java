// SPDX-License-Identifier: Apache-2.0
/** The commands, with their options, their help and their execution. */
@NullMarked
package dev.reconcile.command;

import org.jspecify.annotations.NullMarked;

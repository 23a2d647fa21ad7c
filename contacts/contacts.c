/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/contacts.h"

Day contacts_today(const Contacts *contacts) {
  return day_of_moment(clock_wall(contacts->clock), contacts->zone);
}

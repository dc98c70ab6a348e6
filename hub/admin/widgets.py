"""The theme's widgets under short names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.forms import CheckboxInput as Switch
    from django.forms import CheckboxSelectMultiple as CheckboxList
    from django.forms import NumberInput as Number
    from django.forms import PasswordInput as Password
    from django.forms import Select, Textarea
    from django.forms import TextInput as Text
else:
    from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget as CheckboxList
    from unfold.widgets import UnfoldAdminDecimalFieldWidget as Number
    from unfold.widgets import UnfoldAdminPasswordWidget as Password
    from unfold.widgets import UnfoldAdminSelectWidget as Select
    from unfold.widgets import UnfoldAdminTextareaWidget as Textarea
    from unfold.widgets import UnfoldAdminTextInputWidget as Text
    from unfold.widgets import UnfoldBooleanSwitchWidget as Switch

__all__ = ["CheckboxList", "Number", "Password", "Select", "Switch", "Text", "Textarea"]

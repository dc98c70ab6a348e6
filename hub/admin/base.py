"""The base of every admin class: rows scoped by customer, rights by role.

Whatever a page shows or accepts goes through `ScopedAdmin.get_queryset` and the pickers below, so that a user sees
and touches only the customers they belong to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Field, Model, QuerySet
from django.forms import BaseFormSet, ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse

from hub import access
from hub.admin.web import number, use_zone
from hub.models import Customer, Role

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
    Tabular = admin.TabularInline[Any, Any]
    Formset = BaseInlineFormSet[Any, Any, Any]
    AnyForm = ModelForm[Any]
    RelatedFilter = admin.RelatedFieldListFilter
    ChoicesFilter = admin.ChoicesFieldListFilter
else:
    from unfold.admin import ModelAdmin as Admin
    from unfold.admin import TabularInline as Tabular
    from unfold.contrib.filters.admin import ChoicesDropdownFilter as ChoicesFilter
    from unfold.contrib.filters.admin import RelatedDropdownFilter as RelatedFilter

    Formset = BaseInlineFormSet
    AnyForm = ModelForm

__all__ = [
    "Admin",
    "ChoicesFilter",
    "StrictList",
    "ReadOnlyAdmin",
    "ScopedAdmin",
    "ScopedFilter",
    "ScopedInline",
    "SuperuserAdmin",
    "WholeForm",
]


FILTER_FORMS = ("", "__exact", "__isnull", "__id__exact")  # how filters put their choice into an address


class StrictList(Admin):
    """A list is filtered by what it offers, and by nothing else that an address may ask for: Django would take any
    comparison with any column, a regular expression too. Rows are chosen by number."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        offered = [
            one[0] if isinstance(one, tuple) else getattr(one, "parameter_name", one) for one in self.list_filter
        ]
        return any(lookup == f"{name}{form}" for name in offered for form in FILTER_FORMS)

    def response_action(self, request: HttpRequest, queryset: Any, *more: Any, **named: Any) -> HttpResponse | None:
        if not all(map(number, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("rows are chosen by number")
        return super().response_action(request, queryset, *more, **named)


class WholeForm(AnyForm):
    """Django leaves out a constraint in which a field takes part that the page only shows; the database does not."""

    def validate_unique(self) -> None:
        super().validate_unique()
        if self.instance.pk is None or self.errors:
            return
        try:
            self.instance.validate_constraints()
        except ValidationError as error:
            self.add_error(None, error)


class ScopedFilter(RelatedFilter):
    """A filter by a related row that offers only rows of the user's customers."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        rows = access.scoped(field.remote_field.model._default_manager.all(), request.user)
        return [(str(row.pk), str(row)) for row in rows[:500]]


class Scoped:
    """Pickers and rights that `ScopedAdmin` and `ScopedInline` share. A role of None means nobody ever may."""

    view_role: ClassVar[Role | None] = Role.VIEWER
    add_role: ClassVar[Role | None] = None
    change_role: ClassVar[Role | None] = None
    delete_role: ClassVar[Role | None] = None

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        related = db_field.remote_field.model
        if hasattr(related, "CUSTOMER_PATH"):
            least = self.change_role or self.add_role or Role.MANAGER
            kwargs["queryset"] = access.scoped(related._default_manager.all(), request.user, least)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        related = db_field.remote_field.model
        if hasattr(related, "CUSTOMER_PATH"):
            kwargs["queryset"] = access.scoped(related._default_manager.all(), request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Pickers stand alone: no buttons beside them that open other forms."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def _may(self, request: HttpRequest, role: Role | None, row: Model | None) -> bool:
        if role is None:
            return False
        if row is None or row.pk is None:
            return access.allows_somewhere(request.user, role)
        return access.allows(request.user, access.customer_id(row), role)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.view_role, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.change_role, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.delete_role, obj)


class ScopedAdmin(Scoped, StrictList):
    """Rows of the user's customers only, in lists, forms, pickers, filters, actions, history and look-ups."""

    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = False
    list_per_page = 50
    actions: Any = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return access.scoped(super().get_queryset(request), request.user)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row, if it is the user's to see; the page then shows times where its customer is."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            use_zone(Customer.objects.get(pk=access.customer_id(row)))
        return row

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.view_role, None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.add_role, None)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        """Write only what the form changed: a worker may be writing the row's other columns right now."""
        if not change:
            obj.save()
        elif names := written_fields(obj, form.changed_data, getattr(form, "also_written", ())):
            obj.save(update_fields=names)

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseFormSet[Any], change: bool) -> None:
        rows: Any = formset
        rows.save(commit=False)
        for row in rows.deleted_objects:
            row.delete()
        for row, changed in rows.changed_objects:
            row.save(update_fields=written_fields(row, changed))
        for row in rows.new_objects:
            row.save()
        rows.save_m2m()


def written_fields(row: Model, changed: list[str], also: tuple[str, ...] = ()) -> list[str]:
    """Of the changed form fields, the model's columns; with them the ones that follow every save."""
    columns: list[Field[Any, Any]] = list(row._meta.concrete_fields)
    names = {column.name for column in columns if column.name in changed or column.name in also}
    return sorted(names | {c.name for c in columns if getattr(c, "auto_now", False)}) if names else []


class NamedCells(Formset):
    """The fields of a table have no labels beside them: each is named by its column and its row."""

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        row = f", {form.instance}" if form.instance.pk else ""
        for field in form.fields.values():
            widget = field.widget.widget if isinstance(field.widget, RelatedFieldWidgetWrapper) else field.widget
            widget.attrs["aria-label"] = f"{field.label}{row}"


class ScopedInline(Scoped, Tabular):
    """Rows inside a customer's or tenant's form."""

    formset = NamedCells
    extra = 0
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.add_role, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return access.scoped(super().get_queryset(request), request.user)


class ReadOnlyAdmin(ScopedAdmin):
    """History: what happened is shown, and nobody edits it."""


class SuperuserAdmin(StrictList):
    """Rows of the installation itself, which belong to no customer."""

    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.standing(request.user).superuser

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return access.standing(request.user).superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.standing(request.user).superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return access.standing(request.user).superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return access.standing(request.user).superuser
